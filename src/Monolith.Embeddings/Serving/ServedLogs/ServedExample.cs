using System.Diagnostics;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Rows;

namespace Monolith.Embeddings.Serving;

/// <summary>
/// A candidate that was served, as a <see cref="ServedLog"/> holds it: an impression for the joiner. Immutable; thread-safe.
/// </summary>
[DebuggerDisplay("request {RequestId}, candidate {Index}")]
public sealed class ServedExample
{
    private readonly ExampleRowReader _reader;
    private readonly ReadOnlyMemory<byte> _row;

    /// <exception cref="InvalidDataException">The row has no head.</exception>
    internal ServedExample(ExampleRowReader reader, int index, float[] predictions, ReadOnlyMemory<byte> row)
    {
        (_reader, Index, Predictions, _row) = (reader, index, predictions, row);
        (EventTimeMilliseconds, RequestId, Served) = reader.ReadHead(row.Span);
    }

    /// <summary>The request that it was a candidate of.</summary>
    public long RequestId { get; }

    /// <summary>Which candidate of the request, from 0.</summary>
    public int Index { get; }

    /// <summary>When it was logged, in milliseconds since the Unix epoch.</summary>
    public long EventTimeMilliseconds { get; }

    /// <summary>What was predicted, [tasks]: probabilities; NaN for a task that the model does not learn.</summary>
    public ReadOnlyMemory<float> Predictions { get; }

    /// <summary>How it was served, the version of the model among it.</summary>
    public ServedAs Served { get; }

    /// <summary>What makes examples of served ones: the encoder of a joiner's impressions.</summary>
    /// <param name="schema">The schema that the log is read with.</param>
    public static ExampleEncoder<ServedExample> Encoder(FeatureSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return new(schema, static (in ServedExample example, ExampleWriter writer) => example.WriteTo(writer));
    }

    /// <summary>The first id in a slot, such as the item's: with <see cref="RequestId"/> it is the usual key of a joiner.</summary>
    /// <param name="slot">A slot of the schema that the log is read with.</param>
    /// <exception cref="InvalidOperationException">It has no id there.</exception>
    /// <exception cref="ArgumentException">The slot is of another schema.</exception>
    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    public long IdOf(FeatureSlot slot)
    {
        ArgumentNullException.ThrowIfNull(slot);
        return _reader.FirstIdOf(_row.Span, slot)
            ?? throw new InvalidOperationException($"Candidate {Index} of request {RequestId} has no id in slot '{slot.Name}'.");
    }

    /// <summary>Writes the features, the time, the request, how it was served and what was predicted then; no label.</summary>
    /// <param name="writer">The row to write; of the schema that the log is read with.</param>
    /// <exception cref="InvalidDataException">The row is damaged, or a prediction is no probability.</exception>
    public void WriteTo(ExampleWriter writer)
    {
        var batch = writer.OpenBatch;
        _reader.ReadInto(_row.Span, batch);
        var predictions = Predictions.Span;
        // By place, since enumerating a list through its interface would allocate.
        for (var i = 0; i < Math.Min(predictions.Length, batch.Schema.Tasks.Count); i++)
        {
            if (predictions[i] is < 0 or > 1)
                throw new InvalidDataException($"Candidate {Index} of request {RequestId} has a prediction of {predictions[i]:R}.");
            if (!float.IsNaN(predictions[i])) batch.WriteServedPrediction(batch.Schema.Tasks[i], predictions[i]);
        }
    }
}
