"""How the world comes in: databases and folders of exports become dated snapshots that nothing changes again."""
