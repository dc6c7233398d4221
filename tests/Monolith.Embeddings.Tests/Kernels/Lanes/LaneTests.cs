using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Kernels.Lanes;

/// <summary>
/// Where the machine's own instruction says what becomes of zeros of both signs and of what is no number, every width must say the same.
/// </summary>
public class LaneTests
{
    private static readonly float[] Values =
        [float.NegativeInfinity, -1, -0f, 0, float.Epsilon, 1, float.PositiveInfinity, float.NaN, -float.NaN];

    [Test]
    public void The_larger_of_two_is_the_left_one_where_it_is_greater_else_the_right_one()
    {
        foreach (var left in Values)
        {
            foreach (var right in Values)
            {
                AssertLarger<ScalarLane>(left, right);
                AssertLarger<Lane128>(left, right);
                AssertLarger<Lane256>(left, right);
                AssertLarger<Lane512>(left, right);
            }
        }
    }

    private static void AssertLarger<TLane>(float left, float right)
        where TLane : unmanaged, ILane<TLane>
    {
        var larger = new float[TLane.Width];
        TLane.Store(TLane.Larger(TLane.Broadcast(left), TLane.Broadcast(right)), ref larger[0]);
        var expected = BitConverter.SingleToUInt32Bits(left > right ? left : right);
        Assert.That(Bits.Of(larger), Is.All.EqualTo(expected), $"{typeof(TLane).Name}, {left} and {right}");
    }
}
