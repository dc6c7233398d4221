using System.Globalization;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.TestKit.Tests;

/// <summary>The library's own parts keep the rules that users' parts are held to.</summary>
public class BuiltInPlugInsTests
{
    private static IEnumerable<TestCaseData> Cases => BuiltInPlugIns.All
        .Select((options, i) => (Options: options, Number: i, Contract: ContractOf(options)))
        .Where(part => part.Contract is not null)
        .SelectMany(part => part.Contract!.Checks.Select(check => new TestCaseData(check)
            .SetArgDisplayNames(part.Options.GetType().Name, part.Number.ToString(CultureInfo.InvariantCulture), check.Name)));

    [TestCaseSource(nameof(Cases))]
    public void A_part_of_the_library_keeps_its_contract(ContractCheck check) => Assert.That(check.Run, Throws.Nothing);

    [TestCase(typeof(OptimizerOptions), 8)]
    [TestCase(typeof(InitializerOptions), 6)]
    [TestCase(typeof(AdmissionFilterOptions), 14)]
    [TestCase(typeof(ExpiryPolicyOptions), 4)]
    [TestCase(typeof(EvictionPolicyOptions), 2)]
    public void Parts_of_each_kind_are_checked(Type kind, int atLeast) =>
        Assert.That(BuiltInPlugIns.All.Count(kind.IsInstanceOfType), Is.GreaterThanOrEqualTo(atLeast));

    private static PlugInContract? ContractOf(IValidatedOptions options) => options switch
    {
        OptimizerOptions o =>
            new OptimizerContract(o.Build) { Dimensions = [.. new OptimizerContract(o.Build).Dimensions.Where(d => Serves(o, d))] },
        InitializerOptions o => new InitializerContract(o.Create),
        AdmissionFilterOptions o => new AdmissionFilterContract(() => o.Create(new AdmissionContext(1, "contract"))),
        ExpiryPolicyOptions o => new ExpiryPolicyContract(o.Create),
        EvictionPolicyOptions o => new EvictionPolicyContract(o.Create),
        _ => null,
    };

    private static bool Serves(OptimizerOptions options, int dimension)
    {
        var errors = new OptionErrors();
        options.CollectErrors(errors, dimension);
        return errors.Errors.Count == 0;
    }
}
