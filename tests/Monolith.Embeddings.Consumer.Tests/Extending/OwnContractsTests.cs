// docs/extending.md shows what stands between the two marks, to the letter; ExtendingPageTests holds that.
// <page>
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.TestKit;

public class OwnContractsTests
{
    private static IEnumerable<ContractCheck> Checks =>
    [
        .. new OptimizerContract(() => new LionOptions().Create()).Checks,
        .. new InitializerContract(() => new SparseSignsOptions().Create()).Checks,
        .. new AdmissionFilterContract(() => new SeenOnDaysOptions().Create(new AdmissionContext(1, "test"))).Checks,
        .. new ExpiryPolicyContract(() => new LongerIfFrequentOptions().Create()).Checks,
        .. new SnapshotStoreContract(() => new BucketSnapshotStore(new MemoryBucket())).Checks,
        .. new ExampleSourceContract(NumberLog.Open).Checks,
        .. new OnlineModelContract(schema => new BiasSum(schema)).Checks,
    ];

    [TestCaseSource(nameof(Checks))]
    public void My_parts_keep_what_tables_expect(ContractCheck check) => check.Run();
}
// </page>
