namespace BeforeAfter.Tests;

public class SidesTests
{
    [Test]
    public void Another_side_comes_first_in_each_round()
    {
        var orders = Enumerable.Range(0, 4).Select(round =>
        {
            var order = "";
            var sides = Sides<string>.Make(round, () => Add("before "), () => Add("again "), () => Add("after "));
            Assert.That(sides, Is.EqualTo(new Sides<string>("before ", "again ", "after ")));
            return order;

            string Add(string side)
            {
                order += side;
                return side;
            }
        });
        Assert.That(orders, Is.EqualTo(["before again after ", "again after before ", "after before again ", "before again after "]));
    }
}
