using Monolith.Embeddings.TestKit.Support;

namespace Monolith.Embeddings.TestKit;

/// <summary>
/// The rules that a part of one's own must keep: a kind of plug-in, or a store. Run <see cref="Checks"/> as the cases of a test, or call
/// <see cref="Verify"/> in one. Each check makes parts of its own, draws from fixed seeds, and depends on no other.
/// </summary>
public abstract class PlugInContract
{
    private protected PlugInContract()
    {
    }

    /// <summary>The rules, in the order in which a new plug-in had best be made to keep them.</summary>
    public abstract IEnumerable<ContractCheck> Checks { get; }

    /// <summary>Checks every rule.</summary>
    /// <exception cref="ContractViolationException">Some do not hold; the message lists them all.</exception>
    public void Verify()
    {
        var violations = new List<ContractViolationException>();
        foreach (var check in Checks)
        {
            try
            {
                check.Run();
            }
            catch (ContractViolationException violation)
            {
                violations.Add(violation);
            }
        }
        if (violations.Count > 0)
            throw new ContractViolationException(string.Join(Environment.NewLine, violations.Select(v => v.Message)), violations[0]);
    }

    /// <summary>A rule whose check waits. On another thread: a test framework may have a context that waits for this one.</summary>
    private protected static ContractCheck Rule(string name, Func<Task> check) =>
        new(name, () => Task.Run(check).GetAwaiter().GetResult());

    private protected static void CheckName(string first, string again, string another)
    {
        Expect.That(!string.IsNullOrWhiteSpace(first), "a name was expected, but it is empty");
        Expect.That(first == again, $"'{first}' was expected again, but the name became '{again}'");
        Expect.That(first == another, $"'{first}' was expected of another instance too, but its name is '{another}'");
    }
}
