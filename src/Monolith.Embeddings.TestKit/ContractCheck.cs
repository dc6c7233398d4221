namespace Monolith.Embeddings.TestKit;

/// <summary>One rule of a contract: a test case for any framework.</summary>
public sealed class ContractCheck
{
    private readonly Action _run;

    /// <summary>Creates a check, for contracts of your own that ask for more.</summary>
    /// <param name="name">What must hold.</param>
    /// <param name="run">Throws where it does not.</param>
    public ContractCheck(string name, Action run)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(run);
        (Name, _run) = (name, run);
    }

    /// <summary>What must hold.</summary>
    public string Name { get; }

    /// <summary>Checks the rule.</summary>
    /// <exception cref="ContractViolationException">It does not hold, or the plug-in threw, which then is the inner exception.</exception>
    public void Run()
    {
        try
        {
            _run();
        }
        catch (ContractViolationException violation)
        {
            throw new ContractViolationException($"{Name}: {violation.Message}");
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            throw new ContractViolationException(
                $"{Name}: nothing may be thrown, but {failure.GetType().Name} was: {failure.Message}", failure);
        }
    }

    /// <summary>The rule's name.</summary>
    public override string ToString() => Name;
}
