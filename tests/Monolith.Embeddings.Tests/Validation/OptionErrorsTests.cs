using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Validation;

public class OptionErrorsTests
{
    [TestCase(0, true)]
    [TestCase(1, true)]
    [TestCase(0.5, true)]
    [TestCase(-0.001, false)]
    [TestCase(1.001, false)]
    [TestCase(double.NaN, false)]
    [TestCase(double.PositiveInfinity, false)]
    [TestCase(double.NegativeInfinity, false)]
    public void InRange_includes_its_ends(double value, bool isGood) =>
        Assert.That(Messages(e => e.InRange("X", value, 0, 1)), Has.Length.EqualTo(isGood ? 0 : 1));

    [TestCase(0, false)]
    [TestCase(double.Epsilon, true)]
    [TestCase(double.NaN, false)]
    [TestCase(double.PositiveInfinity, false)]
    public void GreaterThan_excludes_its_bound(double value, bool isGood) =>
        Assert.That(Messages(e => e.GreaterThan("X", value, 0)), Has.Length.EqualTo(isGood ? 0 : 1));

    [Test]
    public void InRange_without_a_maximum_refuses_infinity() =>
        Assert.That(Messages(e => e.InRange("X", double.PositiveInfinity, 0)).Single(), Does.Contain("finite"));

    [Test]
    public void Nested_options_lead_their_messages_by_their_path() =>
        Assert.That(Messages(e => e.Nested("Outer", new Node(new Node(null)))), Is.EqualTo(new[]
        {
            "Outer.Value: is wrong", "Outer.Inner.Value: is wrong", "Outer.Inner.Inner: is null, but a value is needed.",
        }));

    private static string[] Messages(Action<OptionErrors> collect)
    {
        var errors = new OptionErrors();
        collect(errors);
        return [.. errors.Errors.Select(error => error.ToString())];
    }

    private sealed class Node(Node? inner) : IValidatedOptions
    {
        public void CollectErrors(OptionErrors errors)
        {
            errors.Add("Value", "is wrong");
            errors.Nested("Inner", inner);
        }
    }
}
