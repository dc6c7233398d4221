using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Training.Schedules;

namespace Monolith.Embeddings.Training.Commits;

/// <summary>
/// Gives signs of life to a trainer's store, beside training, one at a time. One that cannot be given is left out: commits tell of a store
/// that fails. Used by the training thread.
/// </summary>
/// <param name="chain">What the trainer holds.</param>
/// <param name="every">How often; <see cref="Timeout.InfiniteTimeSpan"/> for never.</param>
/// <param name="log">Told, once an hour, of what could not be given.</param>
/// <param name="time">The clock.</param>
internal sealed class TrainerHeartbeat(SnapshotChain chain, TimeSpan every, ILogger log, TimeProvider time)
{
    private readonly SnapshotPublisher _publisher = new(chain.Store);
    private readonly HourlyGate _gate = new(time);
    private Task _giving = Task.CompletedTask;
    private long _last = time.GetTimestamp();
    private bool _wasGiven, _isReplaced;

    /// <summary>How long until the next is due; <see cref="Timeout.InfiniteTimeSpan"/> where none is to be given.</summary>
    public TimeSpan DueIn
    {
        get
        {
            if (IsOff) return Timeout.InfiniteTimeSpan;
            return every - time.GetElapsedTime(_last) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    private bool IsOff => every == Timeout.InfiniteTimeSpan || Volatile.Read(ref _isReplaced);

    /// <summary>Says that a run begins: what passed since the last one was no silence.</summary>
    public void BeginRun() => _last = time.GetTimestamp();

    /// <summary>Gives one, if it is due.</summary>
    /// <param name="now">Where training stands.</param>
    /// <param name="committed">Where it stood at the newest commit.</param>
    public void GiveIfDue(StreamPoint now, StreamPoint committed)
    {
        if (DueIn != TimeSpan.Zero) return;
        _last = time.GetTimestamp();
        // A store that takes longer than that gets them less often.
        if (!_giving.IsCompleted) return;
        var sign = SignOf(HeartbeatState.Training, now, committed);
        _giving = Task.Run(() => TryGiveAsync(sign));
    }

    /// <summary>Says how the run ended, where a replica may have seen it begin, or must know; and waits for that.</summary>
    public async ValueTask EndRunAsync(HeartbeatState state, StreamPoint now, StreamPoint committed)
    {
        await _giving.ConfigureAwait(false);
        if (IsOff || (!_wasGiven && state != HeartbeatState.Diverged)) return;
        await TryGiveAsync(SignOf(state, now, committed)).ConfigureAwait(false);
    }

    /// <summary>Waits for one that is being given.</summary>
    public Task WaitAsync() => _giving;

    private SnapshotHeartbeat SignOf(HeartbeatState state, StreamPoint now, StreamPoint committed) => new()
    {
        Time = time.GetUtcNow(),
        Every = TimeSpan.FromMilliseconds(Math.Floor(every.TotalMilliseconds)),
        State = state,
        Examples = now.Examples,
        Uncommitted = Math.Max(0, now.Examples - committed.Examples),
        EventTime = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(now.EventTime, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())),
    };

    private async Task TryGiveAsync(SnapshotHeartbeat sign)
    {
        try
        {
            await _publisher.BeatAsync(chain.Id, chain.Trainer, sign, CancellationToken.None).ConfigureAwait(false);
            _wasGiven = true;
        }
        catch (SnapshotException failure) when (failure.IsReplaced)
        {
            // The next commit says so, and ends the run.
            Volatile.Write(ref _isReplaced, true);
        }
        catch (Exception failure)
        {
            if (_gate.TryEnter()) log.HeartbeatFailed(failure);
        }
    }
}
