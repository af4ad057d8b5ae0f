"""What agents do, one file each: generators that wait in the fleet's time and send messages."""
