namespace Monolith.Embeddings.Streams.Joining.Journal;

/// <summary>The entries of some time, which lie together, as those of a journal are in order of time.</summary>
/// <param name="Number">Its time, in widths of a bucket.</param>
/// <param name="From">Where its first entry is.</param>
internal readonly record struct JournalBucket(long Number, long From);
