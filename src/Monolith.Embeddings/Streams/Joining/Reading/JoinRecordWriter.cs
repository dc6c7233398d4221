using Monolith.Embeddings.Streams.Joining.Reading;

namespace Monolith.Embeddings.Streams;

/// <summary>Is told what a record of a log is. Valid until the delegate that got it returns.</summary>
/// <typeparam name="TKey">The key that both have.</typeparam>
/// <typeparam name="TImpression">The application's impression.</typeparam>
/// <typeparam name="TAction">The application's action.</typeparam>
public readonly ref struct JoinRecordWriter<TKey, TImpression, TAction>
{
    private readonly RecordSink<TKey, TImpression, TAction> _sink;

    internal JoinRecordWriter(RecordSink<TKey, TImpression, TAction> sink) => _sink = sink;

    /// <summary>The record is an impression.</summary>
    /// <param name="impression">The impression.</param>
    /// <exception cref="InvalidOperationException">The record was said to be something already, or the encoder wrote no time.</exception>
    public void Impression(in TImpression impression) => _sink.Impression(in impression);

    /// <summary>The record is an action.</summary>
    /// <param name="action">The action.</param>
    /// <exception cref="InvalidOperationException">The record was said to be something already.</exception>
    public void Action(in TAction action) => _sink.Action(in action);

    /// <summary>
    /// The record is a time alone: it says that its partition has come so far, so that the others need not wait for it.
    /// </summary>
    /// <param name="eventTime">The time, rounded down to milliseconds.</param>
    /// <exception cref="InvalidOperationException">The record was said to be something already.</exception>
    public void Punctuation(DateTimeOffset eventTime) => Punctuation(eventTime.ToUnixTimeMilliseconds());

    /// <summary>
    /// The record is a time alone: it says that its partition has come so far, so that the others need not wait for it.
    /// </summary>
    /// <param name="eventTimeMilliseconds">The time, in milliseconds since the Unix epoch.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is not in the years 1 to 9999.</exception>
    /// <exception cref="InvalidOperationException">The record was said to be something already.</exception>
    public void Punctuation(long eventTimeMilliseconds) => _sink.Punctuation(eventTimeMilliseconds);
}
