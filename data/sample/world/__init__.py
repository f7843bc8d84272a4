"""An invented company's records: people → contracts → usage → events → bills → each system's export."""
