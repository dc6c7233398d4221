using Measuring;

namespace BeforeAfter.Tests.Statistics;

public class AbbaTests
{
    [Test]
    public void Turns_come_in_the_order_ABBA_after_one_of_each_that_is_not_timed()
    {
        var turns = new List<string>();
        Abba.Run(turn => turns.Add($"A{turn}"), turn => turns.Add($"B{turn}"), firstTurn: 5, quads: 2, () => default);
        Assert.That(string.Join(' ', turns), Is.EqualTo("B5 A5 A6 B6 B7 A7 A8 B8 B9 A9"));
    }

    [Test]
    public void Each_side_has_the_time_of_its_own_turns()
    {
        var now = 0.0;
        var (a, b) = Abba.Run(_ => now += 2, _ => now += 5, firstTurn: 0, quads: 3, () => new BatchTime(now, 10 * now));
        Assert.That(a, Is.EqualTo(new BatchTime(12, 120)));
        Assert.That(b, Is.EqualTo(new BatchTime(30, 300)));
    }

    [Test]
    public void A_machine_that_slows_down_steadily_slows_both_sides_alike()
    {
        var (now, cost) = (0.0, 1.0);
        void Work(int turn) => now += cost++;
        var (a, b) = Abba.Run(Work, Work, firstTurn: 0, quads: 4, () => new BatchTime(now, now));
        Assert.That(a, Is.EqualTo(b));
    }

    [Test]
    public void Both_sides_follow_themselves_equally_often()
    {
        var (now, last) = (0.0, ' ');
        Action<int> Side(char side) => _ =>
        {
            now += last == side ? 1 : 2;
            last = side;
        };
        var (a, b) = Abba.Run(Side('a'), Side('b'), firstTurn: 0, quads: 1, () => new BatchTime(now, now));
        Assert.That(a, Is.EqualTo(b));
    }
}
