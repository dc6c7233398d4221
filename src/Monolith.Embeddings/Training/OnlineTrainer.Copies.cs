using Monolith.Embeddings.Models;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training.Commits;

namespace Monolith.Embeddings.Training;

public sealed partial class OnlineTrainer
{
    private readonly ModelGate _gate = new();

    internal TableSet Tables => _tables;

    internal OnlineModel Model => _model;

    /// <summary>Saves the model between two batches, also while the trainer waits for its stream.</summary>
    /// <param name="knownVersion">The version that the caller has; -1 for none.</param>
    /// <param name="cancellationToken">Cancels the wait for the end of a batch.</param>
    /// <returns>The state; null where the trainer is disposed, and the caller has a version.</returns>
    /// <exception cref="InvalidOperationException">A batch failed in the middle, or dense weights are not finite.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed, and the caller has no version.</exception>
    internal async ValueTask<SavedModel?> SaveModelAsync(long knownVersion, CancellationToken cancellationToken)
    {
        await _gate.EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_gate.IsClosed && knownVersion < 0, this);
            if (_gate.IsClosed) return null;
            if (_gate.Version == knownVersion) return new SavedModel(null, knownVersion, Steps);
            RequireCopyable();
            var sections = new ModelSections();
            _model.SaveWhole(sections);
            return new SavedModel(sections, _gate.Version, Steps);
        }
        finally
        {
            _gate.Exit();
        }
    }

    private void RequireCopyable()
    {
        if (_isTorn)
            throw new InvalidOperationException($"A batch failed in the middle, after {Steps} steps: the model has learned part of it.");
        if (!_model.HasFiniteWeights)
        {
            throw new InvalidOperationException(
                $"After {Steps} steps a dense weight of the model '{_model.Name}', or a number that its optimizer keeps, is infinite, or "
                + "none.");
        }
    }

    // The model may be disposed next: no thread is to be copying it then.
    private async ValueTask CloseGateAsync()
    {
        await _gate.EnterAsync(CancellationToken.None).ConfigureAwait(false);
        _gate.IsClosed = true;
        _gate.Exit();
    }

    private void RequireFinite()
    {
        _gate.Enter();
        try
        {
            _guard.RequireFinite(Steps);
        }
        finally
        {
            _gate.Exit();
        }
    }

    private MemoryStream SaveModel()
    {
        var saved = new MemoryStream();
        _gate.Enter();
        try
        {
            _model.Save(saved);
            return saved;
        }
        finally
        {
            _gate.Exit();
        }
    }
}
