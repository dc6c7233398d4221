using BeforeAfter.Contract;

namespace BeforeAfter.Driver;

/// <summary>Drives the version of the core that it is compiled with.</summary>
public sealed class CoreDriver : IDriver
{
    public int Plans => 1;

    public ITableDriver CreateTable(TablePlan plan) => new CoreTable(plan);

    public ITrainerDriver CreateTrainer(TrainerPlan plan) => new CoreTrainer(plan);
}
