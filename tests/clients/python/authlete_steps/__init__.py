"""The steps of authlete_api.py, one module an area of docs/contracts/authlete.md."""
