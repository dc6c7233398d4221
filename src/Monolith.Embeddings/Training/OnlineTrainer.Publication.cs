using Microsoft.Extensions.Logging.Abstractions;
using Monolith.Embeddings.Snapshots.Restoring;
using Monolith.Embeddings.Training.Publication;

namespace Monolith.Embeddings.Training;

public sealed partial class OnlineTrainer
{
    private readonly PassingRemovals _removals = new();
    private ProbeSet? _probe;

    /// <summary>
    /// What holds commits back from replicas; null without <see cref="SynchronizationOptions.Gate"/>, and without a store. Used by any
    /// thread, also while it runs.
    /// </summary>
    public PublicationGate? Gate { get; private set; }

    private void CreateGate()
    {
        if (_options.Synchronization.Gate is not { } gate) return;
        if (gate.Probe is { } probe) Evaluation.Evaluator.RequireSchema(_model, probe);
        Gate = new PublicationGate(gate, _source.Schema, _options.Logger ?? NullLogger.Instance, _time);
    }

    // Before the first batch, where waiting for a source that does not end can be cancelled.
    private ValueTask ReadProbeAsync(CancellationToken cancellationToken) =>
        Gate is not null && Probe() is { } probe ? probe.ReadAsync(cancellationToken) : default;

    private ProbeSet? Probe() => _options.Synchronization.Gate is { Probe: { } source } gate
        ? _probe ??= new ProbeSet(source, gate.ProbeExamples, _tables, _model, _options.MaxDegreeOfParallelism)
        : null;

    // Between two batches.
    private async ValueTask<bool> IsHeldAsync()
    {
        if (Gate is null) return false;
        var scores = ReadOnlyMemory<float>.Empty;
        if (Probe() is { } probe)
        {
            await _gate.EnterAsync(CancellationToken.None).ConfigureAwait(false);
            try
            {
                scores = await probe.ScoreAsync().ConfigureAwait(false);
            }
            finally
            {
                _gate.Exit();
            }
        }
        var isHeld = Gate.Decide(Metrics, Examples, scores.Span);
        if (isHeld) _commitSchedules.HoldCut();
        return isHeld;
    }

    private void RestoreGate(RestoredSnapshot restored)
    {
        // A null beside bytes would be no bytes.
        var section = restored.Sections.TryGetValue(PublicationGate.Section, out var bytes) ? bytes : (ReadOnlyMemory<byte>?)null;
        Gate?.Load(section, restored.Commit, Metrics);
    }
}
