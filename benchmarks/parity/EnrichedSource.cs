using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Parity;

/// <summary>
/// The examples of another source with what its data does not have: dense features (the time of day and of the week) and, where wanted,
/// weights and logit offsets. The comparison is to cover them.
/// </summary>
internal sealed class EnrichedSource(ExampleSource inner, bool isSampled) : ExampleSource
{
    /// <summary>How many dense features it writes.</summary>
    public const int DenseWidth = 2;

    private const float KeptNegatives = 0.5f;
    private const double DayMilliseconds = 86_400_000;

    public override FeatureSchema Schema => inner.Schema;

    public override bool CanRewind => inner.CanRewind;

    public override bool IsDeterministic => inner.IsDeterministic;

    public override async IAsyncEnumerable<ExampleBatch> ReadAsync(
        StreamPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in inner.ReadAsync(from, cancellationToken).ConfigureAwait(false))
        {
            using (batch) yield return Enrich(batch);
        }
    }

    private ExampleBatch Enrich(ExampleBatch batch)
    {
        var copy = new ExampleBatch(Schema) { Position = batch.Position };
        var task = Schema.Tasks[0];
        for (var row = 0; row < batch.Rows; row++)
        {
            var writer = copy.BeginExample();
            foreach (var slot in Schema.Slots)
            {
                var offsets = batch.Offsets(slot);
                writer.Ids(slot, batch.Ids(slot)[offsets[row]..offsets[row + 1]]);
            }
            var (time, label) = (batch.EventTimesMilliseconds[row], batch.Labels(task)[row]);
            writer.Label(task, label).At(time).Dense(0, Wave(time, DayMilliseconds)).Dense(1, Wave(time, 7 * DayMilliseconds));
            if (isSampled) writer.Weight(label > 0 ? 1 : 1 / KeptNegatives).LogitOffset(task, -MathF.Log(KeptNegatives));
            copy.EndRow();
        }
        return copy;
    }

    private static float Wave(long time, double period) => (float)Math.Sin(2 * Math.PI * (time % period) / period);
}
