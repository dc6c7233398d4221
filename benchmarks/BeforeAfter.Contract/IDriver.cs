namespace BeforeAfter.Contract;

/// <summary>
/// What one version of the core is measured through. It is implemented by a small class library that is compiled with that version, and has
/// one public class with this interface and a constructor without parameters. Spans and numbers alone cross it, so that versions can be
/// compared whose API differs.
/// </summary>
public interface IDriver
{
    /// <summary>
    /// Which plans it makes. 0, the default of drivers that do not say: rows of one vector of 32 bits. 1: rows with a bias, and of 16 bits,
    /// too.
    /// </summary>
    int Plans => 0;

    /// <summary>Makes an empty table; the caller disposes it.</summary>
    /// <param name="plan">What it is to be.</param>
    ITableDriver CreateTable(TablePlan plan);

    /// <summary>Makes a trainer that has learned nothing; the caller disposes it.</summary>
    /// <param name="plan">What it is to be.</param>
    ITrainerDriver CreateTrainer(TrainerPlan plan);
}
