using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots.Forgetting;

namespace Monolith.Embeddings.Streams.ExampleLogs;

/// <summary>A source whose batches are logged on their way.</summary>
internal sealed class LoggedSource(ExampleSource source, LogWriter log) : ExampleSource
{
    private const string LogPrefix = "log:", SourcePrefix = "logged:";

    public override FeatureSchema Schema => source.Schema;

    public override bool CanRewind => source.CanRewind;

    public override bool IsDeterministic => source.IsDeterministic;

    public override long BadRecords => source.BadRecords;

    public override long SkippedRecords => source.SkippedRecords;

    public override bool HasState => true;

    public override SourceState CaptureState(StreamPosition at)
    {
        var state = new SourceState();
        state.Add(LogPrefix, log.Capture(at));
        if (source.HasState) state.Add(SourcePrefix, source.CaptureState(at));
        return state;
    }

    public override bool KeepStatesFrom(StreamPosition at)
    {
        log.KeepFrom(at);
        return source.KeepStatesFrom(at);
    }

    public override async ValueTask RestoreStateAsync(StreamPosition at, SourceState state, CancellationToken cancellationToken)
    {
        // A commit that was made without a log holds the state of the source alone.
        var ofLog = state.Of(LogPrefix);
        await log.RestoreAsync(at, ofLog, cancellationToken).ConfigureAwait(false);
        var ofSource = ofLog.IsEmpty ? state : state.Of(SourcePrefix);
        await source.RestoreStateAsync(at, ofSource, cancellationToken).ConfigureAwait(false);
    }

    public override async IAsyncEnumerable<ExampleBatch> ReadAsync(
        StreamPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await log.BeginAsync(from, cancellationToken).ConfigureAwait(false);
        await foreach (var batch in source.ReadAsync(from, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                await log.AppendAsync(batch, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                batch.Dispose();
                throw;
            }
            yield return batch;
        }
    }

    internal override bool ForgetsAtRest => source.ForgetsAtRest;

    internal override async ValueTask<ForgottenInputs> ForgetAsync(
        SuppressionList list, StreamPosition? at, CancellationToken cancellationToken)
    {
        var logged = await log.ForgetAsync(list, cancellationToken).ConfigureAwait(false);
        var inputs = await source.ForgetAsync(list, at, cancellationToken).ConfigureAwait(false);
        return inputs with { LoggedExamples = inputs.LoggedExamples + logged };
    }

    public override async ValueTask CommittedAsync(StreamPosition position, CancellationToken cancellationToken)
    {
        await log.CommittedAsync(position, cancellationToken).ConfigureAwait(false);
        await source.CommittedAsync(position, cancellationToken).ConfigureAwait(false);
    }
}
