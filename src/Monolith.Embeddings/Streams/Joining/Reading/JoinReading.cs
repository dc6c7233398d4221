namespace Monolith.Embeddings.Streams;

/// <summary>Says what a record of a log is: an impression, an action, a punctuation, or nothing that a joiner wants.</summary>
/// <typeparam name="TRecord">The log's record.</typeparam>
/// <typeparam name="TKey">The key that both have.</typeparam>
/// <typeparam name="TImpression">The application's impression.</typeparam>
/// <typeparam name="TAction">The application's action.</typeparam>
/// <param name="record">The record.</param>
/// <param name="writer">What is to be called once, or not at all.</param>
public delegate void JoinReading<TRecord, TKey, TImpression, TAction>(
    in TRecord record, JoinRecordWriter<TKey, TImpression, TAction> writer);
