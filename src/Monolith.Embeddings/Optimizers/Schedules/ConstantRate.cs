namespace Monolith.Embeddings.Optimizers;

/// <summary>The learning rate stays what it is. The same as no schedule; the default of what follows a <see cref="WarmUp"/>.</summary>
public sealed class ConstantRate : LearningRateSchedule
{
    /// <inheritdoc />
    public override double Rate(long globalStep, double learningRate) => learningRate;
}
