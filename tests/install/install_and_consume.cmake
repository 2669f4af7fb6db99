# cmake -DBUILD_DIR= -DWORK_DIR= -DCONSUMER_DIR= -DCONFIG= -DGENERATOR= -DCOMPILER= -P install_and_consume.cmake
function(run what)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE out)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${what} failed (${code}):\n${out}")
  endif()
  set(output "${out}" PARENT_SCOPE)
endfunction()

set(prefix ${WORK_DIR}/prefix)
file(REMOVE_RECURSE ${prefix} ${WORK_DIR}/consumer-build)
run("install" ${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${prefix} --config ${CONFIG})

# The exported targets must not point back into this source or build folder.
file(GLOB_RECURSE exported ${prefix}/*.cmake)
foreach(file IN LISTS exported)
  file(STRINGS ${file} lines)
  string(FIND "${lines}" "${BUILD_DIR}" found)
  if(NOT found EQUAL -1)
    message(FATAL_ERROR "${file} names the build folder ${BUILD_DIR}: the package cannot be moved")
  endif()
endforeach()

set(flags "")
if(SANITIZE)
  set(flags "-DCMAKE_CXX_FLAGS=-fsanitize=address,undefined")
endif()
run("configuring the consumer" ${CMAKE_COMMAND} -S ${CONSUMER_DIR} -B ${WORK_DIR}/consumer-build -G ${GENERATOR}
    -DCMAKE_BUILD_TYPE=${CONFIG} -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_PREFIX_PATH=${prefix} ${flags})
run("building the consumer" ${CMAKE_COMMAND} --build ${WORK_DIR}/consumer-build --config ${CONFIG})
run("running the consumer" ${WORK_DIR}/consumer-build/consumer)
message(STATUS "consumer says: ${output}")

# The installed program, where there is one, runs from its new place.
if(EXISTS ${prefix}/bin/tocsin)
  run("running the installed program" ${prefix}/bin/tocsin --version)
endif()
