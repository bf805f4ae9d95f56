"""`ml-connector map`: mapping sets, from the file of a person to the records that wait for them."""
