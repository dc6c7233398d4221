using System.Runtime.CompilerServices;
using Monolith.Embeddings.Tests.Support;
using Four = Monolith.Embeddings.Kernels.Lanes.LanePair<
    Monolith.Embeddings.Kernels.Lanes.LanePair<Monolith.Embeddings.Kernels.Lanes.Lane256>>;

namespace Monolith.Embeddings.Tests.Kernels.Lanes;

/// <summary>Pairs of pairs of lanes do what single floats do, place by place.</summary>
public class LanePairTests
{
    private static readonly int Width = Four.Width;

    private static readonly float[] A = Draw(1), B = Draw(2), C = Draw(3), D = Draw(4);

    [Test]
    public void Arithmetic_is_that_of_each_float()
    {
        AssertSame(Load(A) + Load(B), (a, b, _, _) => a + b);
        AssertSame(Load(A) - Load(B), (a, b, _, _) => a - b);
        AssertSame(Load(A) * Load(B), (a, b, _, _) => a * b);
        AssertSame(Load(A) / Load(B), (a, b, _, _) => a / b);
        AssertSame(Four.Sqrt(Four.Abs(Load(A))), (a, _, _, _) => MathF.Sqrt(MathF.Abs(a)));
        AssertSame(Four.CopySign(Load(A), Load(B)), (a, b, _, _) => MathF.CopySign(a, b));
        AssertSame(Four.FusedMultiplyAdd(Load(A), Load(B), Load(C)), (a, b, c, _) => MathF.FusedMultiplyAdd(a, b, c));
        AssertSame(Four.Larger(Load(A), Load(B)), (a, b, _, _) => a > b ? a : b);
        AssertSame(Four.SelectLessOrEqual(Load(A), Load(B), Load(C), Load(D)), (a, b, c, d) => a <= b ? c : d);
        AssertSame(Four.Broadcast(3), (_, _, _, _) => 3);
    }

    [Test]
    public void The_first_floats_are_loaded_and_the_rest_is_zeros()
    {
        for (var count = 0; count <= Width + 1; count++)
        {
            var first = count;
            AssertSame(Four.LoadFirst(ref A[0], first), i => i < first ? A[i] : 0);
        }
    }

    [Test]
    public void Folds_see_each_float()
    {
        Assert.That(Four.FoldMax(Load(A)), Is.EqualTo(A.Max()));
        Assert.That(Four.FoldSum(Load([.. Enumerable.Range(0, Width).Select(i => (float)i)])), Is.EqualTo(Width * (Width - 1) / 2));
        Assert.That(Four.IsZero(Load(new float[Width])));
        for (var i = 0; i < Width; i++)
        {
            foreach (var value in new[] { 1, -1, float.Epsilon, float.NaN, float.NegativeInfinity })
            {
                var floats = new float[Width];
                (floats[i], floats[(i + Width / 2) % Width]) = (value, -value);
                Assert.That(Four.IsZero(Load(floats)), Is.False, $"{value} at {i}, and its negative in the other half");
            }
        }
    }

    private static float[] Draw(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Width).Select(_ => random.NextSingle() * 4 - 2)];
    }

    private static Four Load(float[] floats) => Four.Load(ref floats[0]);

    private static void AssertSame(Four actual, Func<float, float, float, float, float> expected) =>
        AssertSame(actual, i => expected(A[i], B[i], C[i], D[i]));

    private static void AssertSame(Four actual, Func<int, float> expected, [CallerArgumentExpression(nameof(actual))] string what = "")
    {
        var floats = new float[Width];
        Four.Store(actual, ref floats[0]);
        Assert.That(Bits.Of(floats), Is.EqualTo(Bits.Of([.. Enumerable.Range(0, Width).Select(expected)])), what);
    }
}
