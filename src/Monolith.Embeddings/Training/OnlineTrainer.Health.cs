using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Training;

public sealed partial class OnlineTrainer
{
    private static readonly TimeSpan QuietAfter = TimeSpan.FromMinutes(1);

    // Why the last run ended badly; null while one is under way, and where none did.
    private Exception? _ended;
    private bool _isUnderWay;

    /// <summary>
    /// How the trainer is, for the health checks of a host. Looks at nothing but what the trainer knows. Read by any thread, also while it
    /// runs.
    /// </summary>
    /// <param name="maxLag">How far the newest event time may be behind the clock before it counts as late; null for any lag.</param>
    /// <param name="quietAfter">How long no batch may come before the stream counts as quiet; a minute where null.</param>
    public TrainerHealth GetHealth(TimeSpan? maxLag = null, TimeSpan? quietAfter = null)
    {
        var (commitFailure, sourceFailure, ended) = (LastCommitFailure, LastSourceFailure, Volatile.Read(ref _ended));
        var health = new TrainerHealth
        {
            Status = TrainerStatus.Training,
            Examples = Examples,
            BatchAge = _figures.BatchAge,
            EventTimeLag = _figures.EventTimeLag,
            CommitAge = _figures.CommitAge,
            FailedCommits = FailedCommitsInARow,
            SilentSlots = _figures.Inputs.SilentSlots,
            Publication = Gate?.Status,
            LastFailure = ended ?? commitFailure ?? sourceFailure,
        };
        var isLate = health.EventTimeLag > maxLag;
        var isQuiet = health.BatchAge > (quietAfter ?? QuietAfter);
        var status = ended is TrainingDivergedException ? TrainerStatus.Diverged
            : ended is not null ? TrainerStatus.Failed
            : !Volatile.Read(ref _isUnderWay) ? TrainerStatus.Idle
            : commitFailure is not null ? TrainerStatus.CommitsFailing
            : sourceFailure is not null ? TrainerStatus.SourceFailing
            : _times.AreWrong ? TrainerStatus.ClockWrong
            : health.SilentSlots.Count > 0 ? TrainerStatus.SlotSilent
            : health.Publication is { IsHeld: true } ? TrainerStatus.PublicationHeld
            : isQuiet ? TrainerStatus.StreamQuiet
            : isLate ? TrainerStatus.FallingBehind
            : TrainerStatus.Training;
        return health with { Status = status };
    }

    // What ended the run is told on request, and to replicas.
    private async Task<TrainingProgress> RunToldAsync(IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _ended, null);
        Volatile.Write(ref _isUnderWay, true);
        var state = HeartbeatState.Failed;
        try
        {
            var last = await RunAloneAsync(progress, cancellationToken).ConfigureAwait(false);
            state = HeartbeatState.Ended;
            return last;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            state = HeartbeatState.Ended;
            throw;
        }
        catch (Exception cause)
        {
            if (cause is TrainingDivergedException diverged)
            {
                state = HeartbeatState.Diverged;
                NoteDiverged(diverged);
            }
            Volatile.Write(ref _ended, cause);
            throw;
        }
        finally
        {
            Volatile.Write(ref _isUnderWay, false);
            if (_commits is not null) await _commits.EndRunAsync(state, Point).ConfigureAwait(false);
        }
    }
}
