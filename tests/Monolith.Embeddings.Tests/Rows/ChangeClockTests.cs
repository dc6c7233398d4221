using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tests.Rows;

public class ChangeClockTests
{
    [Test]
    public void Numbers_go_up_one_by_one_and_half_of_them_are_left_when_they_run_out()
    {
        var clock = new ChangeClock();
        Assert.That((clock.Now, clock.Advance(), clock.Now, clock.IsRunningOut), Is.EqualTo((1u, 2u, 2u, false)));
        clock.GoOnFrom(uint.MaxValue / 2);
        Assert.That(clock.IsRunningOut, Is.False);
        Assert.That((clock.Advance(), clock.IsRunningOut), Is.EqualTo((1u << 31, true)));
        clock.GoOnFrom(uint.MaxValue);
        Assert.That(clock.Advance, Throws.InstanceOf<OverflowException>());
        Assert.That(clock.Now, Is.EqualTo(uint.MaxValue));
        clock.GoOnFrom(2);
        Assert.That((clock.Advance(), clock.IsRunningOut), Is.EqualTo((3u, false)));
    }
}
