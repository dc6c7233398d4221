namespace Monolith.Embeddings.Features;

/// <summary>
/// Turns the application's records into examples of a schema. Thread-safe if the delegate is.
/// </summary>
/// <typeparam name="TRecord">The application's type.</typeparam>
/// <param name="schema">The schema of the batches that it writes to.</param>
/// <param name="encode">Writes one record; called once for each, in order.</param>
/// <example>
/// <code>
/// // public record struct View(long User, long Item, bool Clicked, DateTimeOffset Time);
/// var encoder = new ExampleEncoder&lt;View&gt;(schema, (in View view, ExampleWriter writer) =&gt; writer
///     .Id(user, view.User)
///     .Id(item, view.Item)
///     .Label(click, view.Clicked)
///     .At(view.Time));
/// </code>
/// </example>
public sealed class ExampleEncoder<TRecord>(FeatureSchema schema, ExampleEncoding<TRecord> encode)
{
    /// <summary>The schema of the batches that it writes to.</summary>
    public FeatureSchema Schema { get; } = schema;

    /// <summary>Appends one record to a batch. If the delegate throws, the batch is as it was before.</summary>
    /// <param name="record">The record.</param>
    /// <param name="batch">A batch of this encoder's schema.</param>
    /// <returns>Whether there is a row for it: false where the delegate called <see cref="ExampleWriter.Skip"/>.</returns>
    public bool Encode(in TRecord record, ExampleBatch batch)
    {
        var writer = batch.BeginExample();
        try
        {
            encode(in record, writer);
        }
        catch
        {
            batch.AbandonRow();
            throw;
        }
        return batch.EndExample();
    }

    /// <summary>
    /// Writes one record where an encoder of another type writes one of its own that holds it: a message around a record.
    /// </summary>
    /// <param name="record">The record.</param>
    /// <param name="writer">The other encoder's writer, of a batch of this encoder's schema.</param>
    public void Write(in TRecord record, ExampleWriter writer) => encode(in record, writer);
}
