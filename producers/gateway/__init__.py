"""The cXML gateway: takes what JAGGAER, its network and suppliers push, and answers when it is in the ledger."""
