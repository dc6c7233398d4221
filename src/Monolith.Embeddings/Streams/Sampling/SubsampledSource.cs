using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots.Forgetting;

namespace Monolith.Embeddings.Streams.Sampling;

/// <summary>A source of which some examples are dropped; a position is a <see cref="SubsampledPosition"/>.</summary>
/// <param name="source">The whole stream.</param>
/// <param name="options">Which examples are kept; not changed afterwards.</param>
/// <param name="time">The clock of the delay.</param>
internal sealed class SubsampledSource(ExampleSource source, SubsamplingOptions options, TimeProvider time) : ExampleSource
{
    private readonly ExampleBatchPool _pool = new(source.Schema);
    private readonly KeptPositions _states = new(source);

    public override FeatureSchema Schema => source.Schema;

    public override bool CanRewind => source.CanRewind;

    public override bool IsDeterministic => source.IsDeterministic && options.IsDeterministic && options.MaxDelay is null;

    public override long BadRecords => source.BadRecords;

    public override long SkippedRecords => source.SkippedRecords;

    /// <summary>The seed of its decisions.</summary>
    public ulong Seed => options.Seed;

    internal override bool ForgetsAtRest => source.ForgetsAtRest;

    internal override ValueTask<ForgottenInputs> ForgetAsync(
        SuppressionList list, StreamPosition? at, CancellationToken cancellationToken) =>
        source.ForgetAsync(list, at is { } place ? SubsampledPosition.From(place).Begin : null, cancellationToken);

    public override IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken) =>
        ReadEpochAsync(0, from, cancellationToken);

    internal override IAsyncEnumerable<ExampleBatch> ReadEpochAsync(int epoch, StreamPosition from, CancellationToken cancellationToken) =>
        ReadFrom(epoch, from, SubsampledPosition.From(from), cancellationToken);

    public override bool HasState => source.HasState;

    public override SourceState CaptureState(StreamPosition at) => source.CaptureState(SubsampledPosition.From(at).Begin);

    public override bool KeepStatesFrom(StreamPosition at) => _states.KeepFrom(at);

    public override ValueTask RestoreStateAsync(StreamPosition at, SourceState state, CancellationToken cancellationToken) =>
        source.RestoreStateAsync(SubsampledPosition.From(at).Begin, state, cancellationToken);

    public override ValueTask CommittedAsync(StreamPosition position, CancellationToken cancellationToken)
    {
        var begin = SubsampledPosition.From(position).Begin;
        return begin.IsStart ? ValueTask.CompletedTask : source.CommittedAsync(begin, cancellationToken);
    }

    private async IAsyncEnumerable<ExampleBatch> ReadFrom(
        int epoch, StreamPosition from, SubsampledPosition at, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _states.Begin(from);
        var batches = new RecordCursor<ExampleBatch>(token => source.ReadEpochAsync(epoch, at.Begin, token), cancellationToken);
        var reading = new SubsampledReading(batches, at, new SubsampledRows(Schema, options), _pool, options, time);
        await using var closing = reading.ConfigureAwait(false);
        while (await reading.NextAsync(cancellationToken).ConfigureAwait(false) is { } batch)
        {
            _states.Add(batch.Position);
            yield return batch;
        }
    }
}
