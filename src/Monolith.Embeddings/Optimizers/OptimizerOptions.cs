using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>What every optimizer's options have in common. Derive from it to plug in an optimizer of your own.</summary>
public abstract class OptimizerOptions : IValidatedOptions
{
    /// <summary>
    /// The step size. Greater than 0. The default is each optimizer's own: 0.01 for SGD, momentum, RMSProp and Adagrad (row-wise and by
    /// group too), 0.001 for Adam, 0.05 for FTRL (by group too), 1 for Adadelta, 0.1 for intervals between sightings.
    /// </summary>
    public float LearningRate { get; set; } = 0.01f;

    /// <summary>How the learning rate goes on with the global step. Default null: it stays constant.</summary>
    public LearningRateSchedule? Schedule { get; set; }

    /// <summary>What a gradient is cut down to before the rule sees it. Default null: it is taken as it is.</summary>
    public GradientClipping? Clipping { get; set; }

    /// <summary>
    /// Whether the rule goes down a gradient. Default true. False for a rule that reads something else in the gradient's place, such as a
    /// value to average, or nothing: it cannot be clipped or compensated, does not count in a global norm, and no dense model learns by it.
    /// </summary>
    public virtual bool LearnsFromGradients => true;

    /// <summary>
    /// Whether the weights must be stored and read exactly, as 32-bit floats: a segment of another precision, or of fake quantization, is
    /// then refused. Default false. True for a rule whose weights are no parameters of a model but statistics of any size, such as counts
    /// or intervals.
    /// </summary>
    public virtual bool NeedsExactWeights => false;

    /// <summary>Creates the rule itself. Called after validation; later changes to these options do not reach it.</summary>
    public abstract Optimizer Create();

    /// <summary>
    /// Creates the optimizer: the rule, behind its <see cref="Clipping"/>. Later changes to these options do not reach it.
    /// </summary>
    public Optimizer Build() => Clipping is null ? Create() : Create().ClippedBy(Clipping.Copy());

    /// <summary>Adds one message for each value that cannot be used for rows of a dimension. The default does not depend on it.</summary>
    /// <param name="errors">Receives the messages.</param>
    /// <param name="dimension">How many weights the optimizer is to serve.</param>
    public virtual void CollectErrors(OptionErrors errors, int dimension) => CollectErrors(errors);

    /// <inheritdoc />
    public virtual void CollectErrors(OptionErrors errors)
    {
        if (Clipping is not null)
        {
            errors.Nested(nameof(Clipping), Clipping);
            errors.Require(NestedOptions.Ask(this, o => o.LearnsFromGradients, true), nameof(Clipping),
                "cannot be used: the rule reads no gradient. Leave it null.");
        }
        errors.GreaterThan(nameof(LearningRate), LearningRate, 0);
        if (Schedule is not null) errors.Nested(nameof(Schedule), Schedule);
    }

    /// <summary>
    /// Whether a step may run code that is not the library's besides the rule, and so may throw: a schedule, which other options
    /// can hand to a rule of the library without telling.
    /// </summary>
    internal virtual bool UsesForeignCode => Schedule is { IsBuiltIn: false } || GetType().Assembly != typeof(OptimizerOptions).Assembly;

    /// <summary>For rules that need a constant learning rate, or have none.</summary>
    /// <param name="errors">Receives the message.</param>
    /// <param name="why">A sentence without its end: what a schedule would break.</param>
    private protected void RefuseSchedule(OptionErrors errors, string why) => errors.Require(
        Schedule is null or ConstantRate, nameof(Schedule), $"{Schedule?.GetType().Name} cannot be used: {why}. Leave it null.");

    /// <summary>Requires a value of at least 0 and less than 1, as the factors of running means have.</summary>
    private protected static void RequireBelowOne(OptionErrors errors, string name, float value) =>
        errors.Require(value is >= 0 and < 1, name, $"{value:R} is not at least 0 and less than 1.");
}
