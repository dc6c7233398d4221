using System.Runtime.InteropServices;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.TestKit.Tests.Wrong;

internal static class WrongOptimizers
{
    private static int _instances;

    private delegate void Stepping(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, OptimizerContext context);

    public static IEnumerable<(string Rule, PlugInContract Contract)> All =>
    [
        ("The name is not empty and never changes", Contract(() => new Wrong { Text = "" })),
        ("The name is not empty and never changes", Contract(() => new Wrong { Text = $"{_instances++}" })),
        ("The length of the state is a function of the dimension", Contract(() => new Wrong { StateLengthOf = _ => -1 })),
        ("The length of the state is a function of the dimension", Contract(() => new Wrong { StateLengthOf = new Counter().Next })),
        ("A new state is set as a whole", Contract(() => new Wrong { Initialize = (_, state) => state[1..].Clear() })),
        ("A gradient changes weights or state", Contract(() => new Wrong { Step = (_, _, _, _) => { } })),
        ("Nothing is written beside weights and state", Contract(
            () => new Wrong { Step = (weights, _, _, _) => Beside.Write(weights, -1) })),
        ("Nothing is written beside weights and state", Contract(
            () => new Wrong { Step = (_, state, _, _) => Beside.Write(state, state.Length) })),
        ("Nothing is written beside weights and state", Contract(() => new Wrong { Step = SpoilGradient })),
        ("A step depends on the row, the gradient and the context alone", Contract(Counting)),
        ("A step depends on the row, the gradient and the context alone", Contract(PerInstance)),
        ("Rows do not disturb each other", Contract(Momentum)),
        ("A restored row goes on as if nothing had happened", Contract(Momentum)),
        ("Threads do not disturb each other", Contract(Scratch)),
        ("A zero gradient leaves a new row finite", Contract(
            () => new Wrong { Step = (weights, _, gradient, _) => weights[0] -= gradient[0] / MathF.Abs(gradient[0]) })),
        ("Moderate gradients keep weights finite", Contract(
            () => new Wrong { Step = (weights, _, gradient, _) => weights[0] *= 1 + MathF.Abs(gradient[0]) })),
        ("Moved weights stay finite", Contract(() => new Wrong
        {
            Moved = (_, state) => state.Fill(float.NaN),
            Step = (weights, state, gradient, _) => weights[0] -= state[0] + gradient[0],
        })),
        ("A step allocates nothing", Contract(() => new Wrong { Step = (weights, _, gradient, _) => weights[0] -= gradient.ToArray()[0] })),
    ];

    private static OptimizerContract Contract(Func<Optimizer> create) => new(create);

    private static void SpoilGradient(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, OptimizerContext context) =>
        MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(gradient), 1)[0] += 1;

    private static Wrong Counting()
    {
        var steps = new Counter();
        return new Wrong { Step = (weights, _, gradient, _) => weights[0] -= gradient[0] / steps.Next(0) };
    }

    private static Wrong PerInstance()
    {
        var rate = ++_instances;
        return new Wrong { Step = (weights, _, gradient, _) => weights[0] -= gradient[0] / rate };
    }

    // Keeps in the instance what belongs into the row.
    private static Wrong Momentum()
    {
        var last = 0f;
        return new Wrong { Step = (weights, _, gradient, _) => weights[0] -= last = 0.5f * last + gradient[0] };
    }

    // Right on one thread: what it works in is shared by all.
    private static Wrong Scratch()
    {
        var (scratch, moment) = (0f, new WrongMoment());
        return new Wrong
        {
            Step = (weights, _, gradient, _) =>
            {
                scratch = gradient[0];
                moment.Await(ref scratch, gradient[0]);
                weights[0] -= scratch;
            },
        };
    }

    private sealed class Counter
    {
        private int _next;

        public int Next(int dimension) => dimension + ++_next;
    }

    private sealed class Wrong : Optimizer
    {
        public string Text { get; init; } = "wrong";

        public Func<int, int> StateLengthOf { get; init; } = dimension => dimension;

        public Action<ReadOnlySpan<float>, Span<float>> Initialize { get; init; } = (_, state) => state.Clear();

        public Action<ReadOnlySpan<float>, Span<float>> Moved { get; init; } = (_, _) => { };

        public Stepping Step { get; init; } = (weights, _, gradient, _) => weights[0] -= gradient[0];

        public override string Name => Text;

        public override int StateLength(int dimension) => StateLengthOf(dimension);

        public override void InitializeState(ReadOnlySpan<float> weights, Span<float> state) => Initialize(weights, state);

        public override void WeightsMoved(ReadOnlySpan<float> weights, Span<float> state) => Moved(weights, state);

        public override void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context) =>
            Step(weights, state, gradient, context);
    }
}
