namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// The learning rate of an optimizer at each step: its schedule, evaluated about once a step however many rows and threads ask.
/// Thread-safe; allocates nothing after its creation.
/// </summary>
internal sealed class LearningRate
{
    private readonly float _initial;
    private readonly LearningRateSchedule? _schedule;

    // The last step asked for in the upper half, its rate's bits in the lower one: read and written as one word, so that they belong
    // together.
    private long _last;

    /// <param name="options">Valid ones; later changes to them do not reach this.</param>
    /// <exception cref="InvalidOperationException">The schedule gives no rate at step 0.</exception>
    public LearningRate(OptimizerOptions options)
    {
        _initial = options.LearningRate;
        if (options.Schedule is null or ConstantRate) return;
        _schedule = options.Schedule.Copy();
        // A word for step 0, because an empty one could not be told from it.
        _last = Word(0, Evaluate(_schedule, 0));
    }

    /// <param name="step">The global step, from 0; a negative one counts as 0.</param>
    /// <exception cref="InvalidOperationException">A user's schedule gives a rate that is negative or not finite.</exception>
    public float At(long step) => _schedule is null ? _initial : Remembered(_schedule, Math.Max(step, 0));

    private float Remembered(LearningRateSchedule schedule, long step)
    {
        // Half a word holds no larger step; those are evaluated each time.
        if (step > uint.MaxValue) return Evaluate(schedule, step);
        var last = Volatile.Read(ref _last);
        if ((long)((ulong)last >> 32) == step) return BitConverter.Int32BitsToSingle((int)last);
        var rate = Evaluate(schedule, step);
        Volatile.Write(ref _last, Word(step, rate));
        return rate;
    }

    private float Evaluate(LearningRateSchedule schedule, long step)
    {
        var rate = (float)schedule.Rate(step, _initial);
        return rate >= 0 && float.IsFinite(rate)
            ? rate
            : throw new InvalidOperationException(
                $"{schedule.GetType().Name} gives the learning rate {rate:R} at step {step} (initial rate {_initial:R}); a finite rate of "
                + "at least 0 is needed.");
    }

    private static long Word(long step, float rate) => (step << 32) | BitConverter.SingleToUInt32Bits(rate);
}
