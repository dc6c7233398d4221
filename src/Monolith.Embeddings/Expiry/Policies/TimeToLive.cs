using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Expiry;

/// <summary>A row is expired when its age, the time now less its last change, is at least the time to live. Immutable;
/// thread-safe.</summary>
public sealed class TimeToLive : ExpiryPolicy
{
    private readonly uint _seconds;
    private readonly uint _longest;
    private readonly uint[] _bySlot;
    private readonly ExpiryClock _clock;

    /// <summary>Creates the policy.</summary>
    /// <param name="options">Its options.</param>
    public TimeToLive(TimeToLiveOptions options)
    {
        OptionErrors.ThrowIfInvalid(options);
        _seconds = (uint)options.Duration.TotalSeconds;
        _clock = options.Clock;
        // Slots up to the highest that has a duration of its own.
        _bySlot = new uint[options.BySlot.Count == 0 ? 0 : options.BySlot.Keys.Max() + 1];
        Array.Fill(_bySlot, _seconds);
        foreach (var (slot, duration) in options.BySlot) _bySlot[slot] = (uint)duration.TotalSeconds;
        _longest = Math.Max(_seconds, _bySlot.DefaultIfEmpty().Max());
    }

    /// <inheritdoc />
    public override string Name => "time-to-live";

    /// <inheritdoc />
    public override bool IsExpired(in RowMetadata row, in ExpiryTime now)
    {
        var time = Time(now);
        return time >= row.LastUpdateSeconds && time - row.LastUpdateSeconds >= Seconds(row.Id);
    }

    /// <inheritdoc />
    public override TimeSpan? TimeLeft(in RowMetadata row, in ExpiryTime now) =>
        TimeSpan.FromSeconds(Math.Max(0, (long)row.LastUpdateSeconds + Seconds(row.Id) - Time(now)));

    /// <inheritdoc />
    public override DateTimeOffset? ForgetPendingUpTo(in ExpiryTime now)
    {
        var time = Time(now);
        return time >= _longest ? EventSeconds.ToTime(time - _longest) : null;
    }

    // Slots have times of their own, by the id. Before the first row can be old enough there is no such time.
    internal override uint? ExpiresUpToSecond(in ExpiryTime now)
    {
        var time = Time(now);
        return _bySlot.Length == 0 && time >= _seconds ? time - _seconds : null;
    }

    private uint Seconds(long id)
    {
        var slot = PackedId.SlotOrNone(id);
        return (uint)slot < (uint)_bySlot.Length ? _bySlot[slot] : _seconds;
    }

    private uint Time(in ExpiryTime now) => _clock == ExpiryClock.EventTime ? now.NewestEventSeconds : now.ClockSeconds;
}
