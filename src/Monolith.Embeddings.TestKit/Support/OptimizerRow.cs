using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.TestKit.Support;

/// <summary>A row that learns from a fixed sequence of gradients; everything about it is a function of its seed.</summary>
internal sealed class OptimizerRow
{
    private readonly GuardedFloats _weights, _state, _gradient, _given;
    private readonly float[] _read;
    private readonly ulong _seed;
    private int _steps;

    /// <param name="optimizer">Sets its state.</param>
    /// <param name="dimension">How many weights it has.</param>
    /// <param name="seed">Decides its weights and gradients.</param>
    /// <param name="before">What its state holds before.</param>
    public OptimizerRow(Optimizer optimizer, int dimension, ulong seed, float before = float.NaN)
    {
        _seed = seed;
        (_weights, _gradient, _given) = (new GuardedFloats(dimension), new GuardedFloats(dimension), new GuardedFloats(dimension));
        new Draws(seed).Fill(_weights.Span, 0.5f);
        _state = new GuardedFloats(StateLength(optimizer, dimension));
        _state.Span.Fill(before);
        optimizer.Begin(_weights.Span, _state.Span, new RowBirth { Id = (long)seed, Step = 0, Occurrences = 1 });
        _read = _weights.Span.ToArray();
    }

    public Span<float> Weights => _weights.Span;

    public Span<float> State => _state.Span;

    public static int StateLength(Optimizer optimizer, int dimension)
    {
        var length = optimizer.StateLength(dimension);
        Expect.That(length >= 0, $"the state of {dimension} weights was expected to have 0 floats or more, but it has {length}");
        return length;
    }

    /// <summary>Takes the next steps, each with a gradient of values within 10.</summary>
    public OptimizerRow Learn(Optimizer optimizer, int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            var draws = new Draws(_seed + 1000ul * (ulong)++_steps);
            draws.Fill(_gradient.Span, 10);
            Step(optimizer, 1 + draws.Below(3));
        }
        return this;
    }

    public void LearnZero(Optimizer optimizer)
    {
        _steps++;
        _gradient.Span.Clear();
        Step(optimizer, 1);
    }

    /// <summary>Becomes what another row of the same shape is, as a restored row would.</summary>
    public OptimizerRow Restore(OptimizerRow saved)
    {
        saved.Weights.CopyTo(Weights);
        saved.State.CopyTo(State);
        saved._read.CopyTo(_read, 0);
        _steps = saved._steps;
        return this;
    }

    /// <summary>Gets a new state for the weights that it has.</summary>
    public void Assign(Optimizer optimizer, float before)
    {
        State.Fill(before);
        optimizer.InitializeState(Weights, State);
    }

    public void MoveWeights(Optimizer optimizer)
    {
        foreach (ref var weight in Weights) weight += 0.25f;
        optimizer.WeightsMoved(Weights, State);
    }

    public void CheckGuards()
    {
        _weights.CheckGuards("weights");
        _state.CheckGuards("state");
        _gradient.CheckGuards("gradient");
        Expect.SameBits(_given.Span, _gradient.Span, "the gradient");
    }

    public void CheckSame(OptimizerRow other, string what)
    {
        Expect.SameBits(Weights, other.Weights, $"{what}, weights");
        Expect.SameBits(State, other.State, $"{what}, state");
    }

    private void Step(Optimizer optimizer, int count)
    {
        _gradient.Span.CopyTo(_given.Span);
        // Every second gradient was computed one step before.
        if (_steps % 2 != 0) Weights.CopyTo(_read);
        var context = new OptimizerContext((long)_seed, _steps, count, optimizer.UsesWeightsAtRead ? _read : default);
        optimizer.Apply(Weights, State, _gradient.Span, in context);
    }
}
