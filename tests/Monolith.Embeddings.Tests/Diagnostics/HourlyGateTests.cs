using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Diagnostics;

public class HourlyGateTests
{
    [Test]
    public void Lets_the_first_of_each_hour_through()
    {
        var time = new ManualTime(DateTimeOffset.UnixEpoch);
        var gate = new HourlyGate(time);
        var entered = new List<int>();
        for (var minute = 0; minute < 180; minute++)
        {
            if (gate.TryEnter()) entered.Add(minute);
            time.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.That(entered, Is.EqualTo(new[] { 0, 60, 120 }));
    }

    [Test]
    public void Of_many_threads_one_enters()
    {
        var gate = new HourlyGate(new ManualTime(DateTimeOffset.UnixEpoch));
        var entered = 0;
        Parallel.For(0, 1000, _ =>
        {
            if (gate.TryEnter()) Interlocked.Increment(ref entered);
        });
        Assert.That(entered, Is.EqualTo(1));
    }
}
