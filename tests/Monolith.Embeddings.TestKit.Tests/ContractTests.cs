using Monolith.Embeddings.TestKit.Tests.Wrong;

namespace Monolith.Embeddings.TestKit.Tests;

/// <summary>Each rule is broken on purpose by a plug-in, and the contract says so.</summary>
public class ContractTests
{
    private static readonly IEnumerable<(string Rule, PlugInContract Contract)> Wrong =
    [
        .. WrongOptimizers.All, .. WrongInitializers.All, .. WrongFilters.All, .. WrongExpiryPolicies.All, .. WrongEvictionPolicies.All,
        .. WrongStores.All, .. WrongModels.All, .. WrongSources.All,
    ];

    private static IEnumerable<TestCaseData> Cases => Wrong.Select((wrong, i) =>
        new TestCaseData(wrong.Contract, wrong.Rule).SetArgDisplayNames(wrong.Contract.GetType().Name, $"{i}", wrong.Rule));

    [TestCaseSource(nameof(Cases))]
    public void A_plug_in_that_breaks_a_rule_is_caught(PlugInContract contract, string rule)
    {
        var check = contract.Checks.Single(c => c.Name == rule);
        Assert.That(check.Run, Throws.InstanceOf<ContractViolationException>().With.Message.StartsWith(rule + ": "));
        Assert.That(contract.Verify, Throws.InstanceOf<ContractViolationException>().With.Message.Contains(rule + ": "));
    }

    [Test]
    public void Every_rule_has_a_plug_in_that_breaks_it()
    {
        foreach (var kind in Wrong.GroupBy(wrong => wrong.Contract.GetType()))
            Assert.That(kind.Select(wrong => wrong.Rule), Is.SupersetOf(kind.First().Contract.Checks.Select(c => c.Name)), kind.Key.Name);
    }

    [Test]
    public void The_store_whose_flaws_are_caught_has_no_other() =>
        Assert.That(new SnapshotStoreContract(() => new FlawedStore(StoreFlaw.None)).Verify, Throws.Nothing);

    [Test]
    public void The_source_whose_flaws_are_caught_has_no_other() =>
        Assert.That(WrongSources.Contract(SourceFlaw.None).Verify, Throws.Nothing);

    [Test]
    public void All_violations_are_told_together()
    {
        var contract = new InitializerContract(
            () => new WrongInitializers.Wrong { Text = "", Draw = (_, weights) => weights.Fill(float.NaN) });
        var violation = Assert.Throws<ContractViolationException>(contract.Verify);
        Assert.That(violation!.Message, Does.Contain("a name was expected, but it is empty")
            .And.Contain("a finite number was expected at place 0, but it is NaN"));
    }

    [Test]
    public void What_a_plug_in_throws_is_a_violation()
    {
        var check = new InitializerContract(() => throw new InvalidTimeZoneException("mine")).Checks.First();
        Assert.That(check.Run, Throws.InstanceOf<ContractViolationException>().With.InnerException.InstanceOf<InvalidTimeZoneException>()
            .And.Message.Contains("InvalidTimeZoneException was: mine"));
    }
}
