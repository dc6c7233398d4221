using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Expiry;

/// <summary>A row is expired when its age, the time now less its last change, is at least the time to live. Immutable; thread-safe.</summary>
public sealed class TimeToLiveExpiry : ExpiryPolicy
{
    private readonly uint _seconds;
    private readonly ExpiryClock _clock;

    /// <summary>Creates the policy.</summary>
    /// <param name="options">Its options.</param>
    public TimeToLiveExpiry(TimeToLive options)
    {
        OptionErrors.ThrowIfInvalid(options);
        _seconds = (uint)options.Duration.TotalSeconds;
        _clock = options.Clock;
    }

    /// <inheritdoc />
    public override string Name => "time-to-live";

    /// <inheritdoc />
    public override bool IsExpired(in RowMetadata row, in ExpiryTime now)
    {
        var time = Time(now);
        return time >= row.LastUpdate && time - row.LastUpdate >= _seconds;
    }

    /// <inheritdoc />
    public override TimeSpan? TimeLeft(in RowMetadata row, in ExpiryTime now) =>
        TimeSpan.FromSeconds(Math.Max(0, (long)row.LastUpdate + _seconds - Time(now)));

    /// <inheritdoc />
    public override uint? ForgetPendingUpTo(in ExpiryTime now)
    {
        var time = Time(now);
        return time >= _seconds ? time - _seconds : null;
    }

    private uint Time(in ExpiryTime now) => _clock == ExpiryClock.EventTime ? now.NewestEvent : now.Clock;
}
