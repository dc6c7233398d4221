using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots.Forgetting;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// A source several times over. A position is a <see cref="PartPosition"/> of the epoch; the last batch of an epoch carries the start of
/// the next one, so that a position tells how many epochs are done.
/// </summary>
/// <param name="source">Can be read again.</param>
/// <param name="count">How many epochs, at least 1.</param>
internal sealed class EpochSource(ExampleSource source, int count) : ExampleSource
{
    public override FeatureSchema Schema => source.Schema;

    public override bool CanRewind => true;

    public override bool IsDeterministic => source.IsDeterministic;

    public override long BadRecords => source.BadRecords;

    public override long SkippedRecords => source.SkippedRecords;

    /// <summary>How many epochs there are.</summary>
    public int Count => count;

    /// <summary>The position behind all epochs.</summary>
    public StreamPosition End => PartPosition.Join(count, StreamPosition.Start);

    /// <summary>How many epochs lie before a position, whole.</summary>
    public int DoneAt(StreamPosition position) => Split(position).Epoch;

    // What it reads has no state, and so no place.
    internal override ValueTask<ForgottenInputs> ForgetAsync(
        SuppressionList list, StreamPosition? at, CancellationToken cancellationToken) => source.ForgetAsync(list, null, cancellationToken);

    public override IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken) =>
        ReadEpochAsync(0, from, cancellationToken);

    internal override IAsyncEnumerable<ExampleBatch> ReadEpochAsync(int outer, StreamPosition from, CancellationToken cancellationToken)
    {
        var (epoch, position) = Split(from);
        return ReadFrom(outer, epoch, position, cancellationToken);
    }

    public override ValueTask CommittedAsync(StreamPosition position, CancellationToken cancellationToken)
    {
        // What was read in an earlier epoch is read once more in the next.
        var (epoch, inner) = Split(position);
        var isLast = epoch == count - 1 && !inner.IsStart;
        return isLast ? source.CommittedAsync(inner, cancellationToken) : ValueTask.CompletedTask;
    }

    private async IAsyncEnumerable<ExampleBatch> ReadFrom(
        int outer, int epoch, StreamPosition position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (; epoch < count; epoch++, position = StreamPosition.Start)
        {
            ExampleBatch? held = null;
            try
            {
                var order = unchecked((outer * count) + epoch);
                await foreach (var batch in source.ReadEpochAsync(order, position, cancellationToken).ConfigureAwait(false))
                {
                    var before = held;
                    held = batch;
                    if (before is null) continue;
                    before.Position = PartPosition.Join(epoch, before.Position);
                    yield return before;
                }
                // It may simply end when it is cancelled; the next epoch must not begin then.
                cancellationToken.ThrowIfCancellationRequested();
                if (held is null) continue;
                var last = held;
                held = null;
                last.Position = PartPosition.Join(epoch + 1, StreamPosition.Start);
                yield return last;
            }
            finally
            {
                held?.Dispose();
            }
        }
    }

    private (int Epoch, StreamPosition Position) Split(StreamPosition position)
    {
        if (position.IsStart) return (0, StreamPosition.Start);
        if (!PartPosition.IsOne(position)) throw PartPosition.Foreign(position, "it names no epoch");
        var (epoch, inner) = PartPosition.Split(position);
        return epoch < count || (epoch == count && inner.IsStart)
            ? (epoch, inner)
            : throw PartPosition.Foreign(position, $"it lies in epoch {epoch}, counted from 0, and there are {count}");
    }
}
