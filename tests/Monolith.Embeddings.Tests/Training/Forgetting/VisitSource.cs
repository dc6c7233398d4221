using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Training.Forgetting;

/// <summary>Visits in batches that are given, up to an end that moves.</summary>
internal sealed class VisitSource(FeatureSchema schema, IReadOnlyList<Visit[]> batches) : ExampleSource
{
    /// <summary>How many batches there are so far.</summary>
    public int End { get; set; } = batches.Count;

    public override FeatureSchema Schema => schema;

    public override bool CanRewind => true;

    public override bool IsDeterministic => true;

    public override async IAsyncEnumerable<ExampleBatch> ReadAsync(
        StreamPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        for (var at = from.IsStart ? 0 : BitConverter.ToInt32(from.Bytes.Span); at < End; at++)
        {
            var batch = new ExampleBatch(schema);
            foreach (var visit in batches[at])
            {
                batch.BeginExample().Id(schema.Slots[0], visit.Person).Id(schema.Slots[1], visit.Item)
                    .Label(schema.Tasks[0], visit.IsClicked).At(visit.Time);
                batch.EndRow();
            }
            batch.Position = new StreamPosition(BitConverter.GetBytes(at + 1));
            yield return batch;
        }
    }
}
