using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// How a learning rate goes on with the trainer's global step. Derive from it to plug in a schedule of your own. An optimizer takes a
/// <see cref="Copy"/> when it is created, and asks it from all threads.
/// </summary>
public abstract class LearningRateSchedule : IValidatedOptions
{
    /// <summary>
    /// The learning rate of a step, before it is rounded to a float. Must be a function of its arguments and of the options alone, finite
    /// and at least 0. It runs while stripes are locked: it must be quick, must not block, and must not call a table. An optimizer
    /// remembers the last step's, and asks once a step or little more often.
    /// </summary>
    /// <param name="globalStep">The global step, from 0.</param>
    /// <param name="learningRate">The options' <see cref="OptimizerOptions.LearningRate"/>, greater than 0.</param>
    public abstract double Rate(long globalStep, double learningRate);

    /// <summary>
    /// What an optimizer keeps, so that later changes to these options do not reach it. A schedule that holds another one copies it as
    /// well.
    /// </summary>
    public virtual LearningRateSchedule Copy() => (LearningRateSchedule)MemberwiseClone();

    /// <inheritdoc />
    public virtual void CollectErrors(OptionErrors errors)
    {
    }

    /// <summary>Whether this and all that it holds is the library's, which does not throw.</summary>
    internal virtual bool IsBuiltIn => GetType().Assembly == typeof(LearningRateSchedule).Assembly;
}
