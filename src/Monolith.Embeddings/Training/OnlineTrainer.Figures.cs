using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots.Saving;
using Monolith.Embeddings.Training.Commits;
using Monolith.Embeddings.Training.Observing;

namespace Monolith.Embeddings.Training;

public sealed partial class OnlineTrainer
{
    private readonly TrainingFigures _figures;
    private bool _countsNewIds;

    private TrainingFigures CreateFigures()
    {
        TrainingMeter.Publish();
        SnapshotMeter.Publish();
        var figures = new TrainingFigures(_model.Name, _source.Schema, _log, _time)
        {
            Newest = () => NewestCommit?.Created,
            Status = model => StatusNames<TrainerStatus>.Measure(GetHealth().Status, model),
            Store = () => _commits?.StoreFigures,
        };
        TrainerMeter.Add(figures);
        return figures;
    }

    // Which ids are new is found out only for a listener.
    private void BeginFigures()
    {
        if (_countsNewIds == TrainerMeter.CountsNewIds) return;
        _countsNewIds = !_countsNewIds;
        if (_stale is null) _layer.AsksForNewIds = _countsNewIds;
        else _stale.AsksForNewIds = _countsNewIds;
    }

    private void NoteInputs(ExampleBatch batch)
    {
        _figures.Inputs.Add(batch);
        if (!_countsNewIds) return;
        foreach (var slot in _figures.Inputs.Slots) _figures.Inputs.Of(slot).AddNew(_layer.NewIds(batch, slot));
    }

    private void NoteDiverged(TrainingDivergedException cause)
    {
        TrainingMeter.Diverged();
        _log.Diverged(cause, Examples);
    }
}
