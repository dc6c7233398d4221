using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Kernels.Loops;

public class UpdateLoopTests
{
    private const int Longest = 130;

    [TestCaseSource(typeof(RuleRunners), nameof(RuleRunners.All))]
    public void Every_width_equals_the_scalar_form_to_the_bit(object rule)
    {
        var runner = (IRuleRunner)rule;
        var random = new Random(3);
        for (var length = 0; length <= Longest; length++)
        {
            var data = new RuleData(random, length, runner.States);
            AssertWidth<Lane128>(runner, data);
            AssertWidth<Lane256>(runner, data);
            AssertWidth<Lane512>(runner, data);
        }
    }

    [TestCaseSource(typeof(RuleRunners), nameof(RuleRunners.All))]
    public void The_loop_handles_every_length_and_touches_nothing_else(object rule)
    {
        var runner = (IRuleRunner)rule;
        var random = new Random(4);
        using GuardedFloats weights = new(Longest), states = new(Math.Max(1, runner.States * Longest)), gradient = new(Longest);
        for (var length = 0; length <= Longest; length++)
        {
            var data = new RuleData(random, length, runner.States);
            var w = weights.Last(data.Weights);
            var s = states.Last(data.States);
            runner.Run(w, s, gradient.Last(data.Gradient));
            RuleData.AssertEqual(data.Scalar(runner), w, s, $"length {length}");
            weights.AssertUntouched(length);
            states.AssertUntouched(data.States.Length);
            gradient.AssertUntouched(length);
        }
    }

    [TestCaseSource(typeof(RuleRunners), nameof(RuleRunners.OverSpans))]
    public void Spans_of_different_lengths_are_refused(object rule)
    {
        var runner = (IRuleRunner)rule;
        Assert.That(() => runner.Run(new float[4], new float[4 * runner.States], new float[3]),
            Throws.ArgumentException.With.Message.Contains("4").And.Message.Contains("3"));
        // The last state is one float too long, or too short.
        if (runner.States > 0)
            Assert.That(() => runner.Run(new float[4], new float[4 * runner.States + 1], new float[4]), Throws.ArgumentException);
        if (runner.States > 0)
            Assert.That(() => runner.Run(new float[4], new float[4 * runner.States - 1], new float[4]), Throws.ArgumentException);
    }

    private static void AssertWidth<TLane>(IRuleRunner runner, RuleData data)
        where TLane : unmanaged, ILane<TLane>
    {
        var length = data.Weights.Length;
        var (weights, states) = data.Run<TLane>(runner, out var stop);
        Assert.That(stop, Is.EqualTo(length / TLane.Width * TLane.Width));
        // What the width leaves over is as before.
        var (expectedWeights, expectedStates) = data.Scalar(runner);
        for (var part = 0; part < runner.States; part++)
            data.States.AsSpan(part * length + stop, length - stop).CopyTo(expectedStates.AsSpan(part * length + stop));
        RuleData.AssertEqual(
            ([.. expectedWeights[..stop], .. data.Weights[stop..]], expectedStates), weights, states,
            $"{typeof(TLane).Name}, length {length}");
    }
}
