using System.Diagnostics.CodeAnalysis;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Rows;
using Monolith.Embeddings.Snapshots.Forgetting;
using Monolith.Embeddings.Streams.Joining.Entries;

namespace Monolith.Embeddings.Streams.Joining.State;

/// <summary>Tells impressions that have a forgotten id. Not thread-safe.</summary>
/// <param name="schema">The schema of their rows.</param>
[SuppressMessage("Design", "CA1001", Justification = "The batch is of no pool, so that there is nothing to give back.")]
internal sealed class ForgottenImpressions(FeatureSchema schema)
{
    private readonly ExampleRowFormat _format = new(schema);
    private readonly ExampleBatch _scratch = new(schema);
    private SuppressedExamples? _suppressed;

    /// <summary>Whether no impression can have one.</summary>
    public bool IsEmpty => _suppressed is null or { IsEmpty: true };

    /// <summary>Takes the list of the ids, in the place of the one before.</summary>
    public void Become(SuppressionList list) => _suppressed = new SuppressedExamples(schema, list);

    /// <summary>Whether an impression has one.</summary>
    /// <param name="entry">Its entry.</param>
    public bool Has(ReadOnlySpan<byte> entry)
    {
        if (IsEmpty) return false;
        var head = JoinEntryHead.Read(entry);
        _scratch.Clear();
        _format.Append(entry[head.PayloadAt..], _scratch);
        return _suppressed!.IsSuppressed(_scratch, 0);
    }
}
