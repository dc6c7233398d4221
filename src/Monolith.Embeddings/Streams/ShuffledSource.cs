using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Snapshots.Forgetting;

namespace Monolith.Embeddings.Streams;

/// <summary>A source in another order, block by block; a position is a <see cref="ShuffledPosition"/>.</summary>
/// <param name="source">Yields the same batches each time that it is read, if it can be read again.</param>
/// <param name="bufferExamples">How many examples make a block.</param>
/// <param name="seed">What the order depends on.</param>
/// <param name="batchSize">Examples a batch; null where batches are as long as those that were read.</param>
internal sealed class ShuffledSource(ExampleSource source, int bufferExamples, ulong seed, int? batchSize) : ExampleSource
{
    private readonly ExampleBatchPool _pool = new(source.Schema);

    public override FeatureSchema Schema => source.Schema;

    public override bool CanRewind => source.CanRewind;

    public override bool IsDeterministic => source.IsDeterministic;

    public override long BadRecords => source.BadRecords;

    public override long SkippedRecords => source.SkippedRecords;

    // What it reads has no state, and so no place.
    internal override ValueTask<ForgottenInputs> ForgetAsync(
        SuppressionList list, StreamPosition? at, CancellationToken cancellationToken) => source.ForgetAsync(list, null, cancellationToken);

    public override IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken) =>
        ReadEpochAsync(0, from, cancellationToken);

    internal override IAsyncEnumerable<ExampleBatch> ReadEpochAsync(int epoch, StreamPosition from, CancellationToken cancellationToken)
    {
        var at = ShuffledPosition.From(from);
        return ReadFrom(source.ReadEpochAsync(epoch, at.Begin, cancellationToken), at, (uint)epoch, cancellationToken);
    }

    public override ValueTask CommittedAsync(StreamPosition position, CancellationToken cancellationToken)
    {
        // A block that was begun is read again by the reading that goes on.
        var begin = ShuffledPosition.From(position).Begin;
        return begin.IsStart ? ValueTask.CompletedTask : source.CommittedAsync(begin, cancellationToken);
    }

    private async IAsyncEnumerable<ExampleBatch> ReadFrom(
        IAsyncEnumerable<ExampleBatch> stream, ShuffledPosition at, uint epoch,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var batches = stream.GetAsyncEnumerator(cancellationToken);
        await using var closing = batches.ConfigureAwait(false);
        using var block = new ShuffledBlock();
        while (true)
        {
            await block.ReadAsync(batches, at.Given > 0 ? at.Examples : bufferExamples).ConfigureAwait(false);
            // It may simply end when it is cancelled; that is not the end of the block.
            cancellationToken.ThrowIfCancellationRequested();
            if (at.Given > 0) RequireSame(block, at);
            if (block.Count == 0) yield break;
            // That of the position, so that another seed changes nothing of a block that was begun.
            if (at.Given == 0) at = at with { Key = KeyOf(epoch, at.Block), Examples = block.Count };
            block.Shuffle(at.Key);
            while (at.Given < block.Count)
            {
                var batch = Next(block, at.Given);
                at = at with { Given = at.Given + batch.Rows };
                if (at.Given == block.Count) at = new ShuffledPosition(at.Block + 1, 0, 0, 0, block.End);
                batch.Position = at.ToStreamPosition();
                yield return batch;
                cancellationToken.ThrowIfCancellationRequested();
                if (at.Given == 0) break;
            }
        }
    }

    private ulong KeyOf(uint epoch, long block) => KeyMixer.Combine(KeyMixer.Combine(seed, epoch), (ulong)block);

    private ExampleBatch Next(ShuffledBlock block, int given)
    {
        var end = batchSize is { } size ? (int)Math.Min((long)given + size, block.Count) : block.EndOfBatchAt(given);
        var batch = _pool.Rent();
        batch.BeginFilling();
        block.CopyTo(batch, given, end);
        batch.EndFilling();
        return batch;
    }

    private static void RequireSame(ShuffledBlock block, in ShuffledPosition at)
    {
        if (block.Count == at.Examples) return;
        throw new InvalidOperationException(
            $"Block {at.Block} of the shuffled stream had {at.Examples} examples, of which {at.Given} were given; read again it has "
            + $"{block.Count}: it is another stream than before, or its batches are cut in another way.");
    }
}
