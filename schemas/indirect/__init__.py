"""JAGGAER Indirect's XML messages (formerly SciQuest): what they take and what they answer."""
