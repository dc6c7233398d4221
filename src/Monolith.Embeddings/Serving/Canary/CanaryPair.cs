using System.Diagnostics;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Serving.Canary;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Serving;

/// <summary>
/// Two versions side by side: a main predictor, and a canary that answers a share of the requests. Which one answers follows from a key of
/// the request, for example the user's id, so that a user stays with an arm; while the share grows, keys move to the canary alone.
/// Thread-safe. The predictors belong to the caller: two replicas of a store, one of them pinned, or replicas of two stores.
/// </summary>
[DebuggerDisplay("{Share} of the keys to the canary")]
public sealed class CanaryPair
{
    private readonly ulong _seed;
    private double _share;

    /// <summary>Creates a pair.</summary>
    /// <param name="main">Answers the requests that the canary does not.</param>
    /// <param name="canary">Is tried.</param>
    /// <param name="options">How requests are divided; the defaults where null.</param>
    /// <param name="timeProvider">The clock of latencies; the system's where null.</param>
    /// <exception cref="ArgumentException">Both are one predictor.</exception>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    public CanaryPair(Predictor main, Predictor canary, CanaryOptions? options = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(main);
        ArgumentNullException.ThrowIfNull(canary);
        if (main == canary) throw new ArgumentException("Both arms are one predictor; open another one.", nameof(canary));
        OptionErrors.ThrowIfInvalid(options ??= new CanaryOptions());
        (_seed, _share) = (options.Seed, options.Share);
        var time = timeProvider ?? TimeProvider.System;
        (Main, Canary) = (new CanaryArm(0, main, time), new CanaryArm(1, canary, time));
        CanaryMeter.Add(Main);
        CanaryMeter.Add(Canary);
    }

    /// <summary>The arm of all keys that are not the canary's; number 0.</summary>
    public CanaryArm Main { get; }

    /// <summary>The arm that is tried; number 1.</summary>
    public CanaryArm Canary { get; }

    /// <summary>The share of the keys that are the canary's: 0 to 1. May be set while requests are answered.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not between 0 and 1.</exception>
    public double Share
    {
        get => Volatile.Read(ref _share);
        set
        {
            if (value is not (>= 0 and <= 1)) throw OutOfRange.Of(nameof(value), value, $"A share of {value:R} is not between 0 and 1.");
            Volatile.Write(ref _share, value);
        }
    }

    /// <summary>
    /// The arm of a key. With the same seed and share it is the same each time, in any process; while the canary is not ready it is
    /// <see cref="Main"/>.
    /// </summary>
    /// <param name="key">What decides, such as the user's id.</param>
    public CanaryArm ArmOf(long key)
    {
        // 53 bits, as many as a double has: no key reaches a share of 1.
        var place = (KeyMixer.Combine(_seed, unchecked((ulong)key)) >> 11) * (1.0 / (1UL << 53));
        return place < Share && Canary.Predictor.IsReady ? Canary : Main;
    }
}
