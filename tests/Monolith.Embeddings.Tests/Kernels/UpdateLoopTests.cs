using Monolith.Embeddings.Kernels;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Kernels;

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
            var data = new RuleData(random, length);
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
        using GuardedFloats weights = new(Longest), first = new(Longest), second = new(Longest), gradient = new(Longest);
        for (var length = 0; length <= Longest; length++)
        {
            var data = new RuleData(random, length);
            var w = weights.Last(data.Weights);
            var a = first.Last(data.First);
            var b = second.Last(data.Second);
            runner.Run(w, a, b, gradient.Last(data.Gradient));
            data.AssertEqual(data.Scalar(runner), w, a, b, $"length {length}");
            weights.AssertUntouched(length);
            first.AssertUntouched(length);
            second.AssertUntouched(length);
            gradient.AssertUntouched(length);
        }
    }

    [TestCaseSource(typeof(RuleRunners), nameof(RuleRunners.All))]
    public void Spans_of_different_lengths_are_refused(object rule)
    {
        var runner = (IRuleRunner)rule;
        Assert.That(() => runner.Run(new float[4], new float[4], new float[4], new float[3]),
            Throws.ArgumentException.With.Message.Contains("4").And.Message.Contains("3"));
        if (runner.States >= 1) Assert.That(() => runner.Run(new float[4], new float[5], new float[4], new float[4]), Throws.ArgumentException);
        if (runner.States == 2) Assert.That(() => runner.Run(new float[4], new float[4], new float[3], new float[4]), Throws.ArgumentException);
    }

    private static void AssertWidth<TLane>(IRuleRunner runner, RuleData data)
        where TLane : unmanaged, ILane<TLane>
    {
        float[] w = [.. data.Weights], a = [.. data.First], b = [.. data.Second];
        var stop = runner.Run<TLane>(w, a, b, data.Gradient);
        Assert.That(stop, Is.EqualTo(data.Weights.Length / TLane.Width * TLane.Width));
        var (sw, sa, sb) = data.Scalar(runner);
        // What the width leaves over is as before.
        data.AssertEqual(
            ([.. sw[..stop], .. data.Weights[stop..]], [.. sa[..stop], .. data.First[stop..]], [.. sb[..stop], .. data.Second[stop..]]),
            w, a, b, $"{typeof(TLane).Name}, length {data.Weights.Length}");
    }
}
