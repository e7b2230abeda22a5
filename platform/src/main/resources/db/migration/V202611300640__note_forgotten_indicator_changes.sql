create trigger note_feed_pruned after delete on indicator_change
    referencing old table as gone for each statement execute function note_feed_pruned();
