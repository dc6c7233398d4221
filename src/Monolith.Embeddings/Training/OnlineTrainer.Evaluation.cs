using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Training.Evaluation;

namespace Monolith.Embeddings.Training;

public sealed partial class OnlineTrainer
{
    private Evaluator? _evaluator;

    /// <summary>
    /// Predicts the examples of a source and scores them, without learning from them: no row is made, counted or changed, and neither
    /// <see cref="Metrics"/> nor event times notice. Between two runs; during one, <see cref="OnlineTrainerOptions.EarlyStop"/> does it. A
    /// trainer with a store restores its newest commit first, where no run has done so.
    /// </summary>
    /// <param name="source">Is read from its start to its end.</param>
    /// <param name="cancellationToken">Stops it between two batches.</param>
    /// <exception cref="ArgumentException">The source is of another schema than the model.</exception>
    /// <exception cref="InvalidOperationException">The trainer runs, or a batch failed in the middle.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed, or was meanwhile.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="Snapshots.SnapshotException">The store's newest commit cannot be restored.</exception>
    public async Task<EvaluationResult> EvaluateAsync(ExampleSource source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        Evaluator.RequireSchema(_model, source);
        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
        if (Interlocked.Exchange(ref _isRunning, 1) != 0)
        {
            throw new InvalidOperationException(
                $"The trainer runs; evaluate between two runs, or set {nameof(OnlineTrainerOptions.EarlyStop)}.");
        }
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        try
        {
            _insideRunOf.Value = this;
            RequireWhole();
            if (_commits is null) await BeginCommitsAsync(stop.Token).ConfigureAwait(false);
            return await EvaluateAloneAsync(source, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException cause) when (stop.IsCancellationRequested)
        {
            ObjectDisposedException.ThrowIf(!cancellationToken.IsCancellationRequested, this);
            throw new OperationCanceledException(cause.Message, cause, cancellationToken);
        }
        finally
        {
            await EndRunAsync().ConfigureAwait(false);
        }
    }

    private ValueTask<EvaluationResult> EvaluateAloneAsync(ExampleSource source, CancellationToken cancellationToken)
    {
        _evaluator ??= new Evaluator(_tables, _model, _options.MaxDegreeOfParallelism);
        return _evaluator.EvaluateAsync(source, cancellationToken);
    }

    private void RequireWhole()
    {
        if (!_isTorn) return;
        throw new InvalidOperationException(
            $"A batch failed in the middle, after {Steps} steps: tables and model have learned different parts of it. "
            + "Begin again with new ones.");
    }
}
