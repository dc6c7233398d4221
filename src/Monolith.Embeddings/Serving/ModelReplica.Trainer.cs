using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Serving;

public sealed partial class ModelReplica
{
    private readonly TrainerWatch _trainer;
    private readonly HourlyGate _failureGate;
    private ReplicaStatus _toldOfTrainer = ReplicaStatus.Following;

    // What was told that the replica cannot follow for; null while it can. Written by the thread that applies, and by the polling.
    private string? _toldFailure;

    /// <summary>How long the trainer has given no sign of life; null where it gives none.</summary>
    internal TimeSpan? TrainerSilence => _trainer.SilentFor;

    // What is wrong with the trainer, whatever is with the replica; Following where nothing is known to be.
    private ReplicaStatus TrainersStatus => _trainer.Heartbeat?.State switch
    {
        HeartbeatState.Diverged => ReplicaStatus.TrainerDiverged,
        HeartbeatState.Failed => ReplicaStatus.TrainerFailed,
        HeartbeatState.Ended => ReplicaStatus.TrainerEnded,
        _ => _trainer.IsSilent ? ReplicaStatus.TrainerSilent : ReplicaStatus.Following,
    };

    private ReplicaStatus StatusOf(ReplicaVersion version, ReplicaLag lag, Exception? failure, TimeSpan? maxAge)
    {
        if (version == ReplicaVersion.None) return ReplicaStatus.NotReady;
        if (failure is not null) return ReplicaStatus.Failing;
        if (MovedTo is not null) return ReplicaStatus.SchemaMovedOn;
        if (PinnedTo is not null) return ReplicaStatus.Pinned;
        var trainer = TrainersStatus;
        if (trainer is ReplicaStatus.TrainerDiverged or ReplicaStatus.TrainerFailed or ReplicaStatus.TrainerSilent) return trainer;
        var isNewest = lag.Commits == 0;
        // That no commit comes is right where nothing was learned.
        if (isNewest && trainer == ReplicaStatus.TrainerEnded) return trainer;
        if (isNewest && _trainer.IsQuietSince(version.Created)) return ReplicaStatus.StreamQuiet;
        return lag.Age > maxAge ? ReplicaStatus.Behind : ReplicaStatus.Following;
    }

    // Told once of each change. Called by the thread that applies.
    private void TellOfTrainer()
    {
        var status = TrainersStatus;
        if (status == _toldOfTrainer) return;
        if (status == ReplicaStatus.TrainerSilent) _log.TrainerSilent(TrainerSilence!.Value, _trainer.Heartbeat!.Every, _version.Number);
        else if (status == ReplicaStatus.TrainerDiverged) _log.TrainerDiverged(_version.Number);
        else if (status == ReplicaStatus.TrainerFailed) _log.TrainerFailed(_version.Number);
        else if (_toldOfTrainer != ReplicaStatus.TrainerEnded && status == ReplicaStatus.Following) _log.TrainerIsBack();
        _toldOfTrainer = status;
    }

    // Once for each reason, and then once an hour: a replica looks each second.
    private void TellOfFailure(Exception failure)
    {
        var isOther = Interlocked.Exchange(ref _toldFailure, failure.Message) != failure.Message;
        if (!_failureGate.TryEnter() && !isOther) return;
        _log.CouldNotFollow(failure, _version.Number);
    }

    private void TellOfRecovery()
    {
        if (Interlocked.Exchange(ref _toldFailure, null) is not null) _log.FollowsAgain(_version.Number);
    }
}
