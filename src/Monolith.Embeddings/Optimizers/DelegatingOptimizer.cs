namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// A rule around another rule: its own part is what it does to a gradient before, or to the weights after, the inner rule's step. State,
/// birth and what a row's step needs to know are the inner rule's; a derived class overrides <see cref="Optimizer.Apply"/>, and what else
/// it changes.
/// </summary>
public abstract class DelegatingOptimizer : Optimizer
{
    /// <summary>Creates the optimizer.</summary>
    /// <param name="inner">The rule that takes the step.</param>
    /// <exception cref="ArgumentNullException">There is none.</exception>
    protected DelegatingOptimizer(Optimizer inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Inner = inner;
    }

    /// <summary>The rule that takes the step.</summary>
    protected Optimizer Inner { get; }

    /// <inheritdoc />
    /// <remarks>The inner rule's: override it where rows of this rule must not be continued by the inner one alone.</remarks>
    public override string Name => Inner.Name;

    /// <inheritdoc />
    public override bool UsesOccurrences => Inner.UsesOccurrences;

    /// <inheritdoc />
    public override bool UsesWeightsAtRead => Inner.UsesWeightsAtRead;

    internal override bool IsBuiltIn => base.IsBuiltIn && Inner.IsBuiltIn;

    /// <inheritdoc />
    public override int StateLength(int dimension) => Inner.StateLength(dimension);

    /// <inheritdoc />
    public override int StatesPerWeight => Inner.StatesPerWeight;

    /// <inheritdoc />
    public override int ExactStateLength(int dimension) => Inner.ExactStateLength(dimension);

    /// <inheritdoc />
    public override void Begin(Span<float> weights, Span<float> state, in RowBirth birth) => Inner.Begin(weights, state, in birth);

    /// <inheritdoc />
    public override void InitializeState(ReadOnlySpan<float> weights, Span<float> state) => Inner.InitializeState(weights, state);

    /// <inheritdoc />
    public override void WeightsMoved(ReadOnlySpan<float> weights, Span<float> state) => Inner.WeightsMoved(weights, state);
}
